/** From the bytes of an image file to the pixels of one size that a data set holds. */
package dev.steepest.lab.data.decode;
