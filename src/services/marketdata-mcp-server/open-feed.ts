import { err, type Fault, ok, type Result } from "#base";
import type { MarketdataConfig } from "./config.ts";
import { createAlpacaFeed } from "./feeds/alpaca-feed.ts";
import { readDatasetRecording } from "./feeds/dataset-recording.ts";
import type { Chance, Feed, FeedTime } from "./feeds/feed.ts";
import { createOkxFeed } from "./feeds/okx-feed.ts";
import { readRecording } from "./feeds/recording.ts";
import { createReplayFeed } from "./feeds/replay-feed.ts";
import { createSimulatorFeed } from "./feeds/simulator-feed.ts";

export type FeedPorts = Readonly<{
  time: FeedTime;
  chance: Chance;
  onMalformed: (message: string) => void;
  /** The installation, whose datasets may be replayed. */
  root: string;
}>;

/** Why there is no feed; data is then missing, and never made up. */
export type NoFeed = Readonly<{ feed: null; reason: "source_unavailable"; message: string }>;
export type SomeFeed = Readonly<{ feed: Feed }>;

/**
 * The feed that the configuration asks for. A source that was not chosen or lacks its key is no
 * fault: the service runs, says so, and publishes nothing. Faults: those of a recording, and
 * config_missing for a replay without a file.
 */
export async function openFeed(
  config: MarketdataConfig,
  ports: FeedPorts,
): Promise<Result<SomeFeed | NoFeed, Fault>> {
  const { symbols } = config;
  switch (config.source) {
    case "none":
      return unavailable("no source of market data is chosen (ASSAY_MARKETDATA_SOURCE)");
    case "alpaca":
      return openAlpaca(config, ports);
    case "okx":
      return ok({ feed: createOkxFeed({ url: config.streamUrl ?? okxUrl, symbols, ...ports }) });
    case "replay":
      return openReplay(config, ports);
    case "simulator": {
      const { simulatorSeed: seed, simulatorStepMs: stepMs, simulatorFailures: failures } = config;
      return ok({ feed: createSimulatorFeed({ seed, stepMs, failures, symbols, ...ports }) });
    }
  }
}

const okxUrl = "wss://ws.okx.com:8443/ws/v5/public";
const alpacaUrl = "wss://stream.data.alpaca.markets/v2";

type Opened = Result<SomeFeed | NoFeed, Fault>;

function unavailable(message: string): Opened {
  return ok({ feed: null, reason: "source_unavailable", message });
}

function openAlpaca(config: MarketdataConfig, ports: FeedPorts): Opened {
  const { alpacaKeyId, alpacaSecretKey, alpacaFeed, symbols } = config;
  if (alpacaKeyId === null || alpacaSecretKey === null) {
    return unavailable("Alpaca needs APCA_API_KEY_ID and APCA_API_SECRET_KEY");
  }
  return ok({
    feed: createAlpacaFeed({
      url: config.streamUrl ?? `${alpacaUrl}/${alpacaFeed}`,
      feed: alpacaFeed,
      keyId: alpacaKeyId.reveal(),
      secretKey: alpacaSecretKey.reveal(),
      symbols,
      ...ports,
    }),
  });
}

/** A replay of this name is of a dataset of the installation, not of a file. */
const datasetPrefix = "dataset:";

async function openReplay(config: MarketdataConfig, { time, root }: FeedPorts): Promise<Opened> {
  const { replayFile, replaySymbol } = config;
  if (replayFile === null) {
    const message = "a replay needs its recording: set ASSAY_MARKETDATA_REPLAY_FILE";
    return err({ code: "config_missing", message, at: "ASSAY_MARKETDATA_REPLAY_FILE" });
  }
  const recording = replayFile.startsWith(datasetPrefix)
    ? readDatasetRecording(root, replayFile.slice(datasetPrefix.length), replaySymbol)
    : await readRecording(replayFile, replaySymbol);
  if (!recording.ok) return recording;
  return ok({
    feed: createReplayFeed({
      recording: recording.value,
      speed: config.replaySpeed,
      shift: config.replayShift,
      loop: config.replayLoop,
      time,
    }),
  });
}
