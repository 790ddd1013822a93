/** Representations of images: what is optimised when images are. */
package dev.steepest.lab.model.field;
