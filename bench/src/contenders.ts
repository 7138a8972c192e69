import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A library that takes part: how its process is started. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Program and arguments; the work comes after them. */
  readonly command: readonly string[];
}

export const ours = "exporterkit";
/** Ours with prom-client's interface. */
export const dropIn = "@exporterkit/prom-client";

/** What can take part on this machine, and why others cannot. */
export interface Field {
  readonly contenders: ReadonlyMap<string, Contender>;
  readonly missing: readonly string[];
  /** Takes away what was built for this run. */
  dispose(): void;
}

const folder = fileURLToPath(new URL("..", import.meta.url));
const goSources = "/usr/share/gocode/src/github.com";

/** Finds the contenders and builds those in Go. */
export function findContenders(): Field {
  const contenders = new Map<string, Contender>();
  const missing: string[] = [];
  const build = mkdtempSync(join(tmpdir(), "exporterkit-bench-"));
  const add = (name: string, find: () => Omit<Contender, "name">): void => {
    try {
      contenders.set(name, { name, ...find() });
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  add(ours, () => javascript(ours, "@exporterkit/client"));
  add("prom-client", () => javascript("prom-client", "prom-client"));
  add(dropIn, () => javascript(dropIn, dropIn));
  add("@prometheus-io/client", () => javascript("@prometheus-io/client", "@prometheus-io/client"));
  add("OpenTelemetry", () => javascript("OpenTelemetry", "@opentelemetry/exporter-prometheus"));
  add("client_golang", () =>
    go(build, "client_golang", "prometheus/client_golang", "golang-github-prometheus-client-golang-dev"),
  );
  add("VictoriaMetrics", () =>
    go(build, "victoriametrics", "VictoriaMetrics/metrics", "golang-github-victoriametrics-metrics-dev"),
  );
  add("Python", python);
  return { contenders, missing, dispose: () => rmSync(build, { recursive: true, force: true }) };
}

function javascript(name: string, packageName: string): Omit<Contender, "name"> {
  const main = fileURLToPath(new URL("javascript/main.js", import.meta.url));
  return { version: packageVersion(packageName), command: [process.execPath, "--expose-gc", main, name] };
}

function packageVersion(name: string): string {
  let path = dirname(createRequire(import.meta.url).resolve(name));
  while (!isRootOf(path, name)) path = dirname(path);
  return (JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version: string }).version;
}

function isRootOf(path: string, name: string): boolean {
  const file = join(path, "package.json");
  return existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === name;
}

/** Built the way Debian's Go packages are used: no modules, their sources in one tree. */
function go(build: string, program: string, library: string, debianPackage: string): Omit<Contender, "name"> {
  const packages = `install the Debian packages golang-go and ${debianPackage}`;
  if (!existsSync(join(goSources, library))) throw new Error(packages);
  const binary = join(build, program);
  const cache = join(build, "cache");
  mkdirSync(cache, { recursive: true });
  try {
    execFileSync("go", ["build", "-o", binary, "protocol.go", `${program}.go`], {
      cwd: join(folder, "go"),
      env: { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "", GOCACHE: cache },
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw new Error(packages, { cause: error });
    throw error;
  }
  return { version: debianVersion(debianPackage), command: [binary] };
}

/** The first Python that has the library: the one on the path may be another than Debian's. */
function python(): Omit<Contender, "name"> {
  const ask =
    "import importlib.metadata, platform, prometheus_client; " +
    "print(platform.python_version(), 'with prometheus_client', importlib.metadata.version('prometheus_client'))";
  for (const program of ["python3", "/usr/bin/python3"]) {
    try {
      const version = execFileSync(program, ["-c", ask], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      return { version: version.trim(), command: [program, join(folder, "python/contender.py")] };
    } catch {
      // The next one may have it.
    }
  }
  throw new Error("install the Debian package python3-prometheus-client");
}

function debianVersion(name: string): string {
  try {
    return execFileSync("dpkg-query", ["-W", "-f", "${Version}", name], { encoding: "utf8" });
  } catch {
    return "of unknown version";
  }
}

/** The version of the Go that builds the contenders in Go, if there is one. */
export function goVersion(): string | undefined {
  try {
    return execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}
