import type { WireAbout } from "../wire.ts";
import type { Feed } from "./feed.ts";
import type { ViewState } from "./view-state.ts";

/** What every part of the page works with. */
export interface PageContext {
  readonly about: WireAbout;
  readonly feed: Feed;
  readonly view: ViewState;
}
