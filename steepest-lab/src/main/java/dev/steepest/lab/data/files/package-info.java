/** Image files in a folder or a zip archive: which there are, and their bytes. */
package dev.steepest.lab.data.files;
