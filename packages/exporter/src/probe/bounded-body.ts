import { failed, failureOf } from "./fetch-failure.ts";
import type { Target } from "./target.ts";

/**
 * The response with a body that fails once it has had more than `maxBytes` bytes. Throws an `ExporterError` `fetch_failed`
 * if its status is none that a response may have.
 */
export function boundedBody(response: Response, target: Target, maxBytes: number): Response {
  const { body, status, statusText, headers } = response;
  if (status > 599) throw failed(target, `its status is ${status}, which HTTP does not have`);
  const bounded = new Response(body === null ? null : bound(body, target, maxBytes), { status, headers: [...headers] });
  // A server may say anything, the constructor takes Latin-1 alone.
  Object.defineProperties(bounded, { url: { value: target.url?.href }, statusText: { value: statusText } });
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
