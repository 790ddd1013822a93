package dev.steepest.lab.bench;

import dev.steepest.lab.data.Channels;
import dev.steepest.lab.data.decode.CorruptImageException;
import dev.steepest.lab.data.decode.Fit;
import dev.steepest.lab.data.decode.ImageDecoder;
import dev.steepest.lab.data.decode.JpegLibrary;
import dev.steepest.lab.data.decode.Rendition;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * How fast JPEGs become the planes that a data set holds: decoding alone, and with resampling, by
 * every library that is there, in turn.
 *
 * <p>Beside images per second of wall time, which other programs on the machine take part of, it
 * counts the processor time of the threads that decode.
 */
public final class DecodeBenchmark implements AutoCloseable {

  private final List<byte[]> files;
  private final int size;
  private final int threads;
  private final ExecutorService pool;

  /**
   * @param files JPEGs, which all threads take from
   * @param size of the planes
   * @param threads that decode, at least 1
   */
  public DecodeBenchmark(List<byte[]> files, int size, int threads) {
    this.files = List.copyOf(files);
    this.size = size;
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
  }

  /** What is done with each file. */
  public enum Work {
    /** To the pixels it holds. */
    DECODE,
    /** To planes of the wanted size. */
    RENDER
  }

  /**
   * What one library came to at one work.
   *
   * @param rate images per second of wall time, by all threads
   * @param processorSeconds of one thread for one image
   */
  public record Cost(JpegLibrary library, Work work, double[] rate, double[] processorSeconds) {}

  /**
   * Measures every library that is there.
   *
   * @param rounds that count; one more is thrown away
   * @param each hears the rates of every round, in the order of the result
   */
  public List<Cost> run(int rounds, Consumer<double[]> each) {
    List<Cost> costs = new ArrayList<>();
    List<DoubleSupplier> sides = new ArrayList<>();
    List<List<Double>> processor = new ArrayList<>();
    for (JpegLibrary library : JpegLibrary.values()) {
      if (library.objection().isEmpty()) {
        for (Work work : Work.values()) {
          List<Double> seconds = new ArrayList<>();
          processor.add(seconds);
          costs.add(new Cost(library, work, new double[0], new double[0]));
          sides.add(() -> pass(library, work, seconds));
        }
      }
    }
    double[][] rates = Turns.inTurn(rounds, sides, each);
    for (int i = 0; i < rates.length; i++) {
      // The first is of the round that is thrown away.
      double[] seconds =
          processor.get(i).stream().skip(1).mapToDouble(Double::doubleValue).toArray();
      costs.set(i, new Cost(costs.get(i).library(), costs.get(i).work(), rates[i], seconds));
    }
    return costs;
  }

  /** All files once; images per second. */
  private double pass(JpegLibrary library, Work work, List<Double> processor) {
    AtomicInteger next = new AtomicInteger();
    List<Callable<Long>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      parts.add(() -> part(library, work, next));
    }
    long start = System.nanoTime();
    long busy = 0;
    try {
      for (Future<Long> part : pool.invokeAll(parts)) {
        busy += part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a picture that was made could not be decoded", e);
    }
    processor.add(busy / 1e9 / files.size());
    return files.size() / ((System.nanoTime() - start) / 1e9);
  }

  /** What one thread does; returns its processor time in nanoseconds. */
  private long part(JpegLibrary library, Work work, AtomicInteger next)
      throws CorruptImageException {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Rendition rendition = new Rendition(size, Fit.CROP, Channels.RGB);
    byte[] planes = new byte[rendition.bytes()];
    try (ImageDecoder decoder = new ImageDecoder(library)) {
      ImageDecoder.Rendering rendering = decoder.rendering(rendition);
      for (int i; (i = next.getAndIncrement()) < files.size(); ) {
        switch (work) {
          case DECODE -> require(decoder.size(files.get(i)));
          case RENDER -> rendering.render(files.get(i), planes);
        }
      }
    }
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
  }

  private static void require(int[] size) {
    if (Arrays.stream(size).min().orElse(0) < 1) {
      throw new IllegalStateException("decoded nothing");
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
