import { ExporterError, messageOf } from "../../exporter-error.ts";

/** What a package of a driver exports. Rejects with an {@link ExporterError} that says what to install. */
export async function loadDriver<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load();
  } catch (error) {
    const isMissing = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(
      (error as NodeJS.ErrnoException).code ?? "",
    );
    const reason = isMissing ? "is not installed" : `cannot be loaded (${messageOf(error)})`;
    throw new ExporterError("missing_package", `The package ${name} ${reason}: run npm install ${name}.`);
  }
}
