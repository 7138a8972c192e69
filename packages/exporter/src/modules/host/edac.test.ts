import { compareExposition } from "@exporterkit/client/testing";
import { it } from "vitest";
import { collectOnce } from "../../testing/index.ts";
import { edacCollector } from "./edac.ts";
import { fixtureHost } from "./fixtures/host-tree.ts";

it("tells errors of each controller and its rows, and leaves out what is not told", async () => {
  const mc = "sys/devices/system/edac/mc";
  const registry = await collectOnce(
    edacCollector(
      fixtureHost({
        [`${mc}/mc0/ce_count`]: "5\n",
        [`${mc}/mc0/ce_noinfo_count`]: "2\n",
        [`${mc}/mc0/ue_count`]: "1\n",
        [`${mc}/mc0/csrow0/ce_count`]: "3\n",
        [`${mc}/mc0/csrow0/ue_count`]: "garbage\n",
        [`${mc}/mc12/ce_count`]: "0\n",
        [`${mc}/power/control`]: "auto\n",
      }),
    ),
  );
  await compareExposition(
    registry,
    `# HELP node_edac_correctable_errors_total Total correctable memory errors.
    # TYPE node_edac_correctable_errors_total counter
    node_edac_correctable_errors_total{controller="0"} 5
    node_edac_correctable_errors_total{controller="12"} 0
    # HELP node_edac_uncorrectable_errors_total Total uncorrectable memory errors.
    # TYPE node_edac_uncorrectable_errors_total counter
    node_edac_uncorrectable_errors_total{controller="0"} 1
    # HELP node_edac_csrow_correctable_errors_total Total correctable memory errors for this csrow.
    # TYPE node_edac_csrow_correctable_errors_total counter
    node_edac_csrow_correctable_errors_total{controller="0",csrow="unknown"} 2
    node_edac_csrow_correctable_errors_total{controller="0",csrow="0"} 3`,
  );
});
