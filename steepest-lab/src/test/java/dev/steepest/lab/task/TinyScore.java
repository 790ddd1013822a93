package dev.steepest.lab.task;

import dev.steepest.lab.data.Normalization;
import dev.steepest.lab.model.Images;
import dev.steepest.lab.model.Network;
import dev.steepest.lab.model.Networks;
import dev.steepest.lab.model.denoise.Conditions;
import dev.steepest.lab.model.denoise.Denoisers;
import dev.steepest.study.plan.RunSpec;
import dev.steepest.study.plan.Settings;
import dev.steepest.study.record.Environment;
import dev.steepest.study.record.RecordStore;
import dev.steepest.study.record.RunRecord;
import dev.steepest.tensor.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/**
 * A diffusion model and a judge of 8×8 images, untrained, as if other runs had trained them:
 * classes star and ring, qualities clean and degraded.
 */
public record TinyScore(Path folder) implements TrainedNetworks {
  static final List<String> CLASSES = List.of("star", "ring");
  private static final int SIZE = 8;
  private static final Scalar SPREAD = new Scalar(.1).retainReference();

  @Override
  public RunRecord trained(Wanted wanted) {
    return wanted.key().equals("data.judge")
        ? written("judge", Map.of("name", "mlp", "hidden", "8"), List.of())
        : written(
            "prior",
            Map.of(
                "name",
                "small-unet",
                "width",
                8L,
                "blocks",
                1L,
                "time_steps",
                1000L,
                "beta_first",
                1e-4,
                "beta_last",
                .02),
            List.of("clean", "degraded"));
  }

  private RunRecord written(String name, Map<String, Object> model, List<String> qualities) {
    RunSpec spec =
        new RunSpec(name, "p", "a", 7, new Settings(Map.of("model", new TreeMap<>(model))));
    Path run = folder.resolve(name);
    TrainedOn data = new TrainedOn(1, SIZE, CLASSES, qualities, Normalization.gray(.5f, .5f));
    try (Network network = network(model, qualities);
        PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      torch.manual_seed(7); // no network that answers 0 to everything
      network.parameters().forEach(p -> p.tensor().add_(torch.randn_like(p.tensor()).mul(SPREAD)));
      Files.createDirectories(run);
      Safetensors.save(RecordStore.weights(run), network.state(), data.texts());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RunRecord(
        spec,
        new Environment(Map.of()),
        new TreeMap<>(),
        List.of(),
        List.of(),
        new TreeMap<>(),
        Optional.empty(),
        run);
  }

  private static Network network(Map<String, Object> model, List<String> qualities) {
    return qualities.isEmpty()
        ? Networks.named("mlp")
            .create(new Images(1, SIZE, CLASSES.size()), Map.of("hidden", "8"), 7)
        : Denoisers.all().stream()
            .filter(kind -> kind.name().equals(model.get("name")))
            .findFirst()
            .orElseThrow()
            .create(
                new Conditions(1, SIZE, CLASSES.size(), qualities.size()),
                Map.of("width", 8, "blocks", 1),
                7);
  }
}
