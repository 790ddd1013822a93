package dev.steepest.lab.catalog;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The words of flat configurations, with the other ways to write them. */
final class FlatWords {
  static final String DATASET = "dataset";
  static final String DATA_ROOT = "data_root";
  static final String CLASSES = "num_classes";
  static final String IMAGE_SIZE = "image_size";
  static final String MODEL = "model_name";
  static final String PRETRAINED = "pretrained";
  static final String BATCH = "batch_size";
  static final String BATCH_SCHEDULE = "bs_schedule";
  static final String EPOCHS = "num_epochs";
  static final String OPTIMIZER = "optimizer";
  static final String LR = "lr";
  static final String WEIGHT_DECAY = "weight_decay";
  static final String MOMENTUM = "momentum";
  static final String NESTEROV = "nesterov";
  static final String RHO = "rho";
  static final String ADAPTIVE = "adaptive";
  static final String SCHEDULER = "scheduler";
  static final String STEP_SIZE = "step_size";
  static final String GAMMA = "gamma";
  static final String PATIENCE = "patience";
  static final String FACTOR = "factor";
  static final String EARLY_STOPPING = "early_stopping_patience";
  static final String AMP = "use_amp";
  static final String SMOOTHING = "label_smoothing";
  static final String MIXUP = "mixup";
  static final String CUTMIX = "cutmix";
  static final String CLIP = "clip_norm";
  static final String SEED = "seed";
  static final String LOG_DIR = "log_dir";
  static final String WANDB = "use_wandb";
  static final String TENSORBOARD = "use_tensorboard";
  static final String NAME = "name";
  static final String DEVICE = "device";

  /** What loads batches has no meaning here: sets lie in memory. */
  static final List<String> OF_LOADERS =
      List.of("num_workers", "pin_memory", "persistent_workers", "prefetch_factor");

  private static final Map<String, List<String>> ALSO =
      Map.ofEntries(
          Map.entry(DATASET, List.of("dataset_name")),
          Map.entry(DATA_ROOT, List.of("data_dir", "data_path")),
          Map.entry(IMAGE_SIZE, List.of("img_size", "input_size")),
          Map.entry(MODEL, List.of("arch")),
          Map.entry(BATCH, List.of("batch", "bs")),
          Map.entry(BATCH_SCHEDULE, List.of("batch_size_schedule", "batch_schedule")),
          Map.entry(EPOCHS, List.of("epochs", "max_epochs")),
          Map.entry(LR, List.of("learning_rate")),
          Map.entry(WEIGHT_DECAY, List.of("wd")),
          Map.entry(RHO, List.of("sam_rho")),
          Map.entry(ADAPTIVE, List.of("sam_adaptive", "asam")),
          Map.entry(SCHEDULER, List.of("lr_scheduler")),
          Map.entry(EARLY_STOPPING, List.of("early_stopping", "es_patience")),
          Map.entry(AMP, List.of("amp", "mixed_precision")),
          Map.entry(CLIP, List.of("grad_clip", "max_grad_norm")),
          Map.entry(NAME, List.of("run_name")));

  private static final List<String> ALONE =
      List.of(
          CLASSES,
          PRETRAINED,
          OPTIMIZER,
          MOMENTUM,
          NESTEROV,
          STEP_SIZE,
          GAMMA,
          PATIENCE,
          FACTOR,
          SMOOTHING,
          MIXUP,
          CUTMIX,
          SEED,
          LOG_DIR,
          WANDB,
          TENSORBOARD,
          DEVICE);

  private static final Map<String, String> CANONICAL = canonical();

  private FlatWords() {}

  private static Map<String, String> canonical() {
    Map<String, String> all = new TreeMap<>();
    ALSO.forEach((word, others) -> {
      all.put(word, word);
      others.forEach(other -> all.put(other, word));
    });
    ALONE.forEach(word -> all.put(word, word));
    OF_LOADERS.forEach(word -> all.put(word, word));
    return Map.copyOf(all);
  }

  /** Whether a flat configuration may hold it. */
  static boolean known(String word) {
    return CANONICAL.containsKey(word);
  }

  /** Every way to write every word, in alphabetical order. */
  static List<String> all() {
    return CANONICAL.keySet().stream().sorted().toList();
  }

  /** The one way to write a known word. */
  static String canonical(String word) {
    return CANONICAL.get(word);
  }
}
