/** Networks that find the noise in images. */
package dev.steepest.lab.model.denoise;
