import type { Answer } from "./routes.ts";

/** The page at `/`: what this is and where its metrics are. */
export function landingPage(title: string, version: string, paths: readonly string[]): Answer {
  const links = paths.map((path) => {
    const text = escapeHtml(path);
    return `      <li><a href="${text}">${text}</a></li>`;
  });
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)}</title>
  </head>
  <body>
    <h1>${escapeHtml(title)}</h1>
    <p>Version ${escapeHtml(version)}. Prometheus finds the metrics here:</p>
    <ul>
${links.join("\n")}
    </ul>
  </body>
</html>
`;
  return {
    contentType: "text/html; charset=utf-8",
    headers: { "Content-Security-Policy": "default-src 'none'" },
    body,
  };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (c) => entities[c]!);
}
