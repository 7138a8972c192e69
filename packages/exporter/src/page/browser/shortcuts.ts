/** Keys that do something wherever nobody types. */
export function addShortcuts(actions: Readonly<Record<string, () => void>>): void {
  document.addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    // A letter goes to the choice that begins with it.
    if (ctrlKey || metaKey || altKey || target instanceof HTMLSelectElement) return;
    const isField = target instanceof HTMLInputElement && target.type === "search";
    if (isField) {
      if (key === "Escape" && target.value === "") target.blur();
      return;
    }
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
