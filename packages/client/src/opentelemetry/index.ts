export { activeSpan } from "./active-span.ts";
