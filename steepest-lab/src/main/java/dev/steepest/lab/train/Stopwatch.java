package dev.steepest.lab.train;

import org.bytedeco.pytorch.Device;

/** Sums the seconds between start and stop; the device is idle at both. */
public final class Stopwatch {
  private final Device device;
  private double seconds;
  private long since;
  private boolean running;

  /** A clock at zero that does not run. */
  public Stopwatch(Device device) {
    this.device = device;
  }

  /** Goes on from where it stands. */
  public void start() {
    DeviceChoice.synchronize(device);
    since = System.nanoTime();
    running = true;
  }

  /** Waits for the device and stands still. */
  public void stop() {
    if (running) {
      DeviceChoice.synchronize(device);
      seconds = seconds();
      running = false;
    }
  }

  /** Seconds so far, without waiting for the device. */
  public double seconds() {
    return running ? seconds + (System.nanoTime() - since) * 1e-9 : seconds;
  }

  void restore(double before) {
    seconds = before;
  }
}
