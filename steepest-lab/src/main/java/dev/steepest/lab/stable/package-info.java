/** Stable Diffusion as a prior: a folder of trained weights in diffusers' layout, put to use. */
package dev.steepest.lab.stable;
