// `npm run build`: sets up what is missing or out of date, then compiles the packages and examples.
import { build, install, projects } from "./workspace.js";

install();
build(...projects);
