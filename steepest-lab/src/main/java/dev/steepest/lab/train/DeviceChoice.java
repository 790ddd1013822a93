package dev.steepest.lab.train;

import dev.steepest.lab.distributed.World;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Turns a device's name in an experiment into a device of this machine. */
public final class DeviceChoice {
  private static final Pattern NAME = Pattern.compile("auto|cpu|cuda|cuda:\\d{1,2}|mps");

  private DeviceChoice() {}

  /**
   * The device of a name.
   *
   * @param name {@code auto} (the first CUDA device, else the CPU), {@code cpu}, {@code cuda:N} or
   *     {@code mps}
   * @throws IllegalArgumentException saying what is available
   */
  public static Device resolve(String name) {
    return new Device(choose(name, available()));
  }

  /**
   * The device of one of several processes: each takes a GPU of its own, by its number on its
   * machine.
   *
   * @throws IllegalArgumentException as above, or if the name would give one GPU to all
   */
  public static Device resolve(String name, World world) {
    long gpus = torch.cuda_is_available() ? torch.cuda_device_count() : 0;
    return resolve(ofMember(name, world, gpus));
  }

  static String ofMember(String name, World world, long gpus) {
    if (world.isAlone()) {
      return name;
    }
    if (name.startsWith("cuda:")) {
      throw new IllegalArgumentException(
          "Device '%s' would be that of all %d processes, which cannot share a GPU; write cuda, which gives each process of a machine its own. To choose among GPUs set CUDA_VISIBLE_DEVICES."
              .formatted(name, world.size()));
    }
    boolean open = name.equals("auto") || name.equals("cuda");
    return open && gpus > 0 ? world.gpu(gpus) : name;
  }

  /** The names that {@link #resolve} takes on this machine, best first, without {@code auto}. */
  public static List<String> available() {
    var names = new ArrayList<String>();
    if (torch.cuda_is_available()) {
      for (int i = 0; i < torch.cuda_device_count(); i++) {
        names.add("cuda:" + i);
      }
    }
    names.add("cpu");
    if (torch.hasMPS()) {
      names.add("mps"); // last: auto must not choose what cannot run every operator
    }
    return names;
  }

  static String choose(String name, List<String> available) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Unknown device '%s'; write auto, cpu, cuda:N or mps.".formatted(name));
    }
    String wanted =
        switch (name) {
          case "auto" -> available.getFirst();
          case "cuda" -> "cuda:0";
          default -> name;
        };
    if (!available.contains(wanted)) {
      throw new IllegalArgumentException(
          "Device '%s' is not available here; available are %s. For a GPU this program must be built"
                  .formatted(name, available)
              + " with the CUDA libraries (-Pgpu) and find a driver.");
    }
    return wanted;
  }

  /** Waits until the device has done all that was asked of it; the CPU always has. */
  static void synchronize(Device device) {
    if (device.is_cuda()) {
      torch.cuda_synchronize(device.has_index() ? device.index() : 0);
    } else if (!device.is_cpu()) {
      torch.synchronizeDevice(device.has_index() ? device.index() : 0);
    }
  }
}
