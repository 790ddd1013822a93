package dev.steepest.lab.diffusion;

import java.util.Optional;

/**
 * How a network is trained to find noise, and looked at.
 *
 * @param schedule how much noise there is at which time step
 * @param drops how often it is not told what an image shows
 * @param samples what is drawn to see how far it is
 * @param judge who says what the samples show, if anybody
 */
public record DiffusionPlan(
    NoiseSchedule schedule, LabelDrops drops, SamplePlan samples, Optional<Judge> judge) {}
