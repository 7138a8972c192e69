import type { Answer } from "../../server/routes.ts";
import type { Assets } from "./assets.ts";

/** What the document says before, or without, its program. */
export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  /** The paths of other pages. */
  readonly links: readonly string[];
  /** Where the server's root is, relative to this page: a proxy may have put it below a path of its own. */
  readonly root: string;
  /** The path of the folder of the assets. */
  readonly base: string;
  readonly assets: Assets;
}

/** Nothing but what this server has, and no text that becomes markup or program. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The document of the live page. */
export function pageDocument({ title, version, links, root, base, assets }: DocumentOptions): Answer {
  const items = links.map((path) => `        <li><a href="${urlOf(path)}">${escapeHtml(path)}</a></li>`);
  function urlOf(path: string): string {
    return escapeHtml(root + path.slice(1));
  }
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="referrer" content="no-referrer">
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="${urlOf(base + assets.icon)}">
    <link rel="stylesheet" href="${urlOf(base + assets.style)}">
    <script type="module" src="${urlOf(base + assets.script)}"></script>
  </head>
  <body>
    <noscript>
      <h1>${escapeHtml(title)}</h1>
      <p>Version ${escapeHtml(version)}. The plots need JavaScript; Prometheus finds the metrics here:</p>
      <ul>
${items.join("\n")}
      </ul>
    </noscript>
  </body>
</html>
`;
  return {
    contentType: "text/html; charset=utf-8",
    headers: {
      "Content-Security-Policy": policy,
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-cache",
    },
    body,
  };
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"]/g, (c) => entities[c]!);
}
