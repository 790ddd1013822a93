package dev.steepest.cli;

import dev.steepest.lab.data.source.DataFolder;
import dev.steepest.lab.run.Machine;
import dev.steepest.tensor.Native;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.global.torch;
import picocli.CommandLine.Command;

/** Says what is fine on this machine, what is slow, and how to mend it. */
@Command(
    name = "doctor",
    description = "Check this machine: what is fine, what is slow, how to mend it.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  /**
   * Derived: extracted natives take 0.42 GB, a CIFAR-10 download with its unpacking 0.36 GB;
   * doubled.
   */
  private static final double ENOUGH_DISK_GB = 2;

  /** Assumed: ResNet-18 at batch 1024 in bf16 was seen to need about 6 GB. */
  private static final double ENOUGH_MEMORY_GB = 8;

  private enum State {
    FINE("ok  "),
    SLOW("slow"),
    BROKEN("FAIL");

    private final String mark;

    State(String mark) {
      this.mark = mark;
    }
  }

  private record Finding(State state, String what, String value, String remedy) {}

  private final Console console;
  private final List<Finding> findings = new ArrayList<>();

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    jdk();
    if (libtorch()) {
      cpu();
      threads();
      gpu();
    }
    allocator();
    memory();
    disk("natives", Path.of(System.getProperty("org.bytedeco.javacpp.cachedir", home(".javacpp"))));
    disk("data", DataFolder.resolve(Optional.empty()));
    disk("runs", Path.of("runs"));
    fonts();
    for (Finding finding : findings) {
      console.say("%s  %-12s %s".formatted(finding.state.mark, finding.what, finding.value));
      if (!finding.remedy.isEmpty()) {
        console.say("                   -> " + finding.remedy);
      }
    }
    long broken = findings.stream().filter(f -> f.state == State.BROKEN).count();
    long slow = findings.stream().filter(f -> f.state == State.SLOW).count();
    console.say("");
    console.say(
        broken > 0
            ? "%d thing(s) must be mended before training works.".formatted(broken)
            : slow > 0
                ? "Training works; %d thing(s) make it slower than it could be.".formatted(slow)
                : "All is well.");
    return broken > 0 ? 1 : 0;
  }

  private void fine(String what, String value) {
    findings.add(new Finding(State.FINE, what, value, ""));
  }

  private void slow(String what, String value, String remedy) {
    findings.add(new Finding(State.SLOW, what, value, remedy));
  }

  private void broken(String what, String value, String remedy) {
    findings.add(new Finding(State.BROKEN, what, value, remedy));
  }

  private void jdk() {
    fine("JDK", "%s (%s)".formatted(Runtime.version(), System.getProperty("java.home")));
  }

  private boolean libtorch() {
    try {
      long start = System.nanoTime();
      Native.prepare();
      torch.get_num_threads();
      double seconds = (System.nanoTime() - start) / 1e9;
      fine(
          "libtorch",
          String.format(Locale.ROOT, "%s, loaded in %.1f s", Machine.libtorch(), seconds));
      return true;
    } catch (UnsatisfiedLinkError | RuntimeException e) {
      broken(
          "libtorch",
          "cannot be loaded: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "remove ~/.javacpp/cache and try again; the CPU build needs glibc 2.28 or newer, the GPU build CUDA 13");
      return false;
    }
  }

  private void cpu() {
    String capability = Machine.capability();
    String value = Machine.cpu() + ", kernels use " + capability;
    if (capability.startsWith("AVX512")) {
      fine("CPU", value);
    } else {
      slow(
          "CPU",
          value,
          "without AVX-512, bf16 may be slower than fp32: try --set training.precision=fp32");
    }
  }

  private void threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = torch.get_num_threads();
    String value = threads + " of " + cores + " cores";
    if (threads <= cores) {
      fine("threads", value);
    } else {
      slow(
          "threads",
          value,
          "more threads than cores wait for each other: unset OMP_NUM_THREADS or set it to "
              + cores);
    }
  }

  private void gpu() {
    if (torch.cuda_is_available()) {
      fine("GPU", torch.cuda_device_count() + " CUDA device(s)");
    } else if (torch.hasMPS()) {
      fine("GPU", "Apple MPS");
    } else if (Files.exists(Path.of("/dev/nvidia0"))) {
      slow(
          "GPU",
          "there is an NVIDIA GPU that this build does not use",
          "STEEPEST_MAVEN_OPTS=-Pgpu ./steepest doctor (needs CUDA 13, cuDNN 9, NCCL 2)");
    } else {
      fine("GPU", "none; training runs on the CPU");
    }
  }

  private void allocator() {
    String allocator = Machine.allocator();
    boolean linux = System.getProperty("os.name").startsWith("Linux");
    if (linux && allocator.equals("system default")) {
      slow(
          "allocator",
          allocator,
          "start with ./steepest, which sets GLIBC_TUNABLES; large tensors then keep their pages");
    } else {
      fine("allocator", allocator);
    }
  }

  private void memory() {
    double available = Machine.availableMemory() / 1e9;
    String value =
        String.format(
            Locale.ROOT, "%.1f of %.1f GB available", available, Machine.totalMemory() / 1e9);
    if (available >= ENOUGH_MEMORY_GB) {
      fine("memory", value);
    } else {
      slow(
          "memory",
          value,
          "large batches will not fit: lower training.batch and raise training.accumulation");
    }
  }

  private void disk(String what, Path folder) {
    Path existing = folder.toAbsolutePath();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    try {
      FileStore store = Files.getFileStore(existing);
      double free = store.getUsableSpace() / 1e9;
      String value = String.format(Locale.ROOT, "%s, %.1f GB free", folder, free);
      if (!Files.isWritable(existing)) {
        broken(what, value + ", not writable", "choose another folder or give yourself permission");
      } else if (free < ENOUGH_DISK_GB) {
        slow(what, value, "free some space; a checkpoint of ResNet-18 takes 0.1 GB per run");
      } else {
        fine(what, value);
      }
    } catch (IOException e) {
      broken(what, folder + ": " + e.getMessage(), "check the disk");
    }
  }

  private void fonts() {
    try {
      int fonts =
          GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length;
      if (fonts > 0) {
        fine("fonts", fonts + " families for PNG plots");
        return;
      }
    } catch (LinkageError | RuntimeException _) {
      // A headless JDK without fontconfig fails in several ways; all mean the same.
    }
    slow(
        "fonts",
        "none: reports have no PNG plots (CSV and HTML are complete)",
        "apt-get install fontconfig fonts-dejavu-core");
  }

  private static String home(String folder) {
    return Path.of(System.getProperty("user.home"), folder).toString();
  }
}
