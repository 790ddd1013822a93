/** Diffusion models: noise, its removal, and training to remove it. */
package dev.steepest.lab.diffusion;
