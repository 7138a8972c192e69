import { afterEach, expect, it, vi } from "vitest";
import { KeptAnswer } from "./kept-answer.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** An answer, and what ends each of its requests, by their questions. */
function keptAnswer(): { kept: KeptAnswer<string>; end: Map<string, (response: Response | Error) => void> } {
  const end = new Map<string, (response: Response | Error) => void>();
  vi.stubGlobal("fetch", (url: URL) => {
    return new Promise<Response>((resolve, reject) => {
      end.set(url.searchParams.get("q")!, (response) => {
        if (response instanceof Error) reject(response);
        else resolve(response);
      });
    });
  });
  return { kept: new KeptAnswer("panel", vi.fn()), end };
}

it.each([new Error("cut off"), new Response("away", { status: 502 }), new Response('"first"')])(
  "what comes of a question that is asked no more is not shown",
  async (late) => {
    const { kept, end } = keptAnswer();
    kept.ask("first");
    kept.ask("second");
    end.get("second")!(new Response('"second"'));
    await vi.waitFor(() => expect(kept.answer).toBe("second"));
    end.get("first")!(late);
    // Whatever is made of it has been made by then.
    await new Promise(setImmediate);
    expect([kept.answer, kept.problem, kept.version]).toEqual(["second", undefined, 1]);
  },
);

it("is asked for anew after half a minute, unless time stands still", async () => {
  const { kept, end } = keptAnswer();
  const now = vi.spyOn(performance, "now").mockReturnValue(1000);
  kept.ask("a", true);
  end.get("a")!(new Response('"before"'));
  await vi.waitFor(() => expect(kept.answer).toBe("before"));
  end.clear();
  now.mockReturnValue(60_000);
  kept.ask("a", true);
  expect([...end.keys()]).toEqual([]);
  kept.ask("a");
  expect([...end.keys()]).toEqual(["a"]);
});

it("tells what the exporter says, and of what is in between no more than its status", async () => {
  const { kept, end } = keptAnswer();
  kept.ask("a");
  end.get("a")!(new Response("There is no such panel.\n", { status: 400 }));
  await vi.waitFor(() => expect(kept.problem).toBe("There is no such panel."));
  kept.ask("b");
  end.get("b")!(new Response("<html>", { status: 502, headers: { "content-type": "text/html" } }));
  await vi.waitFor(() => expect(kept.problem).toBe("Status 502, and no more is known."));
});
