package dev.steepest.study.report.picture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What of an album goes into a page: a strip for each run, as far as they fit. Stills come before
 * films, and the first seeds of all arms before the second, so that a page of many runs still shows
 * every arm; of many runs each film has fewer frames.
 *
 * @param strips by the folder of the run
 * @param absent runs whose picture is not in the page
 * @param still runs whose film is not in the page, only its last frame
 * @param problems films that are there and cannot be read, a sentence each
 */
public record Reel(Map<Path, Strip> strips, int absent, int still, List<String> problems) {
  /**
   * Bytes of all strips, at most: a page of this size opens at once and can still be sent around.
   * Assumed.
   */
  public static final long BUDGET = 20L << 20;

  /** Frames of a film at least: fewer do not show a course. Assumed. */
  private static final int FEWEST_FRAMES = 11;

  /** Where there is nothing to show. */
  public static final Reel EMPTY = new Reel(Map.of(), 0, 0, List.of());

  /**
   * Packs what fits.
   *
   * @param budget bytes of images
   */
  public static Reel of(Album album, long budget) {
    List<Pictured> order =
        album.all().stream()
            .sorted(Comparator.comparingLong(pictured -> pictured.run().spec().seed()))
            .toList();
    Map<Path, Strip> strips = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    long left = budget;
    int absent = 0;
    for (Pictured pictured : order) {
      try {
        Strip strip = Strip.still(pictured);
        if (strip.bytes().length <= left) {
          left -= strip.bytes().length;
          strips.put(pictured.run().folder(), strip);
        } else {
          absent++;
        }
      } catch (IOException e) {
        problems.add("%s is left out: %s.".formatted(pictured.still(), e.getMessage()));
      }
    }
    int frames = Strip.MOST_FRAMES;
    boolean first = true;
    int still = 0;
    for (Pictured pictured : order) {
      Path folder = pictured.run().folder();
      Strip alone = strips.get(folder);
      if (alone == null || (pictured.looks().size() < 2 && !pictured.film())) {
        continue;
      }
      if (still > 0) { // films are of about one size: to pack them only to see that is slow
        still++;
        continue;
      }
      try {
        Strip film = Strip.film(pictured, frames);
        if (first) { // rather coarser films of all runs than fine ones of some
          first = false;
          long all = (long) film.bytes().length * strips.size();
          frames = Math.clamp(frames * left / Math.max(1, all), FEWEST_FRAMES, frames);
          film = Strip.film(pictured, frames);
        }
        if (film.bytes().length - alone.bytes().length <= left) {
          left -= film.bytes().length - alone.bytes().length;
          strips.put(folder, film);
        } else {
          still++;
        }
      } catch (IOException e) {
        problems.add("The film of %s is left out: %s.".formatted(folder, e.getMessage()));
      }
    }
    return new Reel(strips, absent, still, List.copyOf(problems));
  }

  /** Whether anything moves. */
  public boolean moves() {
    return strips.values().stream().anyMatch(strip -> strip.at().size() > 1);
  }
}
