import { cloudSamples } from "./samples/cloud.ts";
import { cloudflareSamples } from "./samples/cloudflare.ts";
import { containersSamples } from "./samples/containers.ts";
import { identitySamples } from "./samples/identity.ts";
import { linuxSamples } from "./samples/linux.ts";
import { networkSamples } from "./samples/network.ts";
import { otherSamples } from "./samples/other.ts";
import { windowsSamples } from "./samples/windows.ts";
import type { Sample } from "./samples/sample.ts";

/** Records of every source, made up. */
export const samples: readonly Sample[] = [
  ...windowsSamples,
  ...linuxSamples,
  ...cloudSamples,
  ...cloudflareSamples,
  ...containersSamples,
  ...identitySamples,
  ...networkSamples,
  ...otherSamples,
];
