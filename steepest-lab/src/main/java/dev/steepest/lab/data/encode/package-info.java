/** From tensors of images to pictures that a person can look at. */
package dev.steepest.lab.data.encode;
