package dev.steepest.lab.run;

import dev.steepest.study.record.Environment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.global.torch;
import oshi.SystemInfo;

/** Facts about the machine and the software that numbers were made with. */
public final class Machine {
  private static final SystemInfo SYSTEM = new SystemInfo();

  private Machine() {}

  /**
   * Everything that a record keeps of its environment.
   *
   * @param device where tensors live, e.g. {@code cpu}
   */
  public static Environment environment(String device) {
    Map<String, String> facts = new LinkedHashMap<>();
    SourceCode.here()
        .ifPresent(code -> {
          facts.put("steepest.commit", code.commit());
          facts.put("steepest.dirty", Boolean.toString(code.dirty()));
        });
    facts.put("libtorch", libtorch());
    facts.put("jdk", System.getProperty("java.runtime.version"));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("cpu", cpu());
    facts.put("cpu.capability", capability());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("threads", Integer.toString(torch.get_num_threads()));
    facts.put("allocator", allocator());
    facts.put("device", device);
    return new Environment(facts);
  }

  /** The version in the path of the jar, e.g. {@code 2.10.0-1.5.13}; the manifest holds none. */
  public static String libtorch() {
    String jar = torch.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    String name = Path.of(jar).getFileName().toString();
    return name.replaceFirst("^pytorch-", "").replaceFirst("\\.jar$", "");
  }

  public static String cpu() {
    return SYSTEM.getHardware().getProcessor().getProcessorIdentifier().getName().strip();
  }

  /** What the kernels of libtorch use of the processor, e.g. {@code AVX512}. */
  public static String capability() {
    try (BytePointer text = torch.get_cpu_capability()) {
      return text.getString();
    }
  }

  /** Memory that a process can still take, in bytes. */
  public static long availableMemory() {
    return SYSTEM.getHardware().getMemory().getAvailable();
  }

  /** Memory that this process holds, in bytes. */
  static long residentMemory() {
    return SYSTEM.getOperatingSystem().getCurrentProcess().getResidentMemory();
  }

  public static long totalMemory() {
    return SYSTEM.getHardware().getMemory().getTotal();
  }

  /** How the C allocator is set up. */
  public static String allocator() {
    String preload = System.getenv("LD_PRELOAD");
    if (preload != null && !preload.isBlank()) {
      return Path.of(preload.split("[: ]")[0]).getFileName().toString();
    }
    return Optional.ofNullable(System.getenv("GLIBC_TUNABLES"))
        .filter(t -> t.contains("mmap_max=0"))
        .map(_ -> "glibc, keeps memory")
        .orElse("system default");
  }
}
