package dev.steepest.cli;

import picocli.CommandLine.Command;

/** Measures speed as ratios. */
@Command(
    name = "bench",
    description = "Measure speed on this machine, as ratios within one run.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(loop|airbench|gpt|diffusion|distributed|optim|decode)",
    subcommands = {
      LoopBenchCommand.class,
      AirbenchBenchCommand.class,
      GptBenchCommand.class,
      DiffusionBenchCommand.class,
      DistributedBenchCommand.class,
      OptimizerBenchCommand.class,
      DecodeBenchCommand.class,
      StartUpCommand.class
    })
final class BenchCommand implements Runnable {
  @Override
  public void run() {
    throw new UserError(
        "Say what to measure: loop, airbench, gpt, diffusion, distributed, optim or decode (see 'steepest bench --help').");
  }
}
