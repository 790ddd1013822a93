/**
 * The networks of Stable Diffusion 1 and 2, as trained by others: text encoder, U-Net, autoencoder.
 */
package dev.steepest.lab.model.stable;
