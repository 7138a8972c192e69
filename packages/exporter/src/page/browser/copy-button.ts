import { drawing, element } from "./element.ts";

const copyIcon = "M6 6V2.5h7.5V10H10M2.5 6H10v7.5H2.5z";
const doneIcon = "M3 8.5l3.5 3.5L13 4.5";

/** A button that copies a text. `label` says to those who do not see it what it copies; `caption` stands on it. */
export function copyButton(label: string, text: () => string, caption = ""): HTMLButtonElement {
  const button = element("button", { type: "button", class: "quiet-button", title: label });
  // Where it has a caption, that is its name.
  if (caption === "") button.setAttribute("aria-label", label);
  const show = (icon: string, words: string): void => {
    button.replaceChildren(drawing(icon), ...(words === "" ? [] : [element("span", {}, words)]));
  };
  show(copyIcon, caption);
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function click(): Promise<void> {
    const isCopied = await copy(text());
    show(isCopied ? doneIcon : copyIcon, isCopied ? "Copied" : "Not allowed");
    clearTimeout(timer);
    timer = setTimeout(() => show(copyIcon, caption), 1500);
  }
  button.addEventListener("click", () => void click());
  return button;
}

async function copy(text: string): Promise<boolean> {
  try {
    // Browsers have it only where the page comes by HTTPS or from this machine.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = element("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    area.value = text;
    const { activeElement } = document;
    document.body.append(area);
    area.select();
    // oxlint-disable-next-line typescript/no-deprecated -- Nothing else copies on a page that comes by plain HTTP.
    const isCopied = document.execCommand("copy");
    area.remove();
    if (activeElement instanceof HTMLElement) activeElement.focus();
    return isCopied;
  }
}
