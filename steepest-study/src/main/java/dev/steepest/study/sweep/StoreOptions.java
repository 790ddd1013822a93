package dev.steepest.study.sweep;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a store deals with workers that fall silent, and with being out of reach itself.
 *
 * @param beat how often a worker says that it is alive
 * @param silence after how long without a word of its worker a trial is another's to take, by the
 *     store's clock; several beats long, so that one that is late does no harm
 * @param patience how long to try again where the store is out of reach
 * @param notes is told, in a sentence, when the store is out of reach and when it is back
 */
public record StoreOptions(
    Duration beat, Duration silence, Patience patience, Consumer<String> notes) {

  /** A beat every 10 s and a silence of 60 s (assumed); notes go nowhere. */
  public static final StoreOptions DEFAULT =
      new StoreOptions(Duration.ofSeconds(10), Duration.ofSeconds(60), Patience.DEFAULT, _ -> {});

  public StoreOptions {
    if (!beat.isPositive() || silence.compareTo(beat.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "a worker counts as dead after a silence of at least two beats; given were a beat of "
              + beat
              + " and a silence of "
              + silence);
    }
  }

  public StoreOptions withSilence(Duration beat, Duration silence) {
    return new StoreOptions(beat, silence, patience, notes);
  }

  public StoreOptions withPatience(Patience patience) {
    return new StoreOptions(beat, silence, patience, notes);
  }

  public StoreOptions withNotes(Consumer<String> notes) {
    return new StoreOptions(beat, silence, patience, notes);
  }
}
