import { failed, failureOf } from "./fetch-failure.ts";
import type { Target } from "./target.ts";

/** The response with a body that fails once it has had more than `maxBytes` bytes. */
export function boundedBody(response: Response, target: Target, maxBytes: number): Response {
  const { body, status, statusText, headers } = response;
  const bounded = new Response(body === null ? null : bound(body, target, maxBytes), {
    status,
    statusText,
    headers: [...headers],
  });
  Object.defineProperty(bounded, "url", { value: target.url?.href });
  return bounded;
}

function bound(body: ReadableStream<Uint8Array>, target: Target, maxBytes: number): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const { value, done } = await reader.read();
          if (done) return controller.close();
          bytes += value.length;
          if (bytes <= maxBytes) return controller.enqueue(value);
        } catch (error) {
          return controller.error(failureOf(target, error));
        }
        const error = failed(target, `its body is larger than ${maxBytes} bytes; set maxBodyBytes if it has to be`);
        controller.error(error);
        await reader.cancel(error).catch(() => {});
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
