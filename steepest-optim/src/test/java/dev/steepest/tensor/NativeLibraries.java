package dev.steepest.tensor;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Puts the native libraries into place before any test touches a tensor. */
public final class NativeLibraries implements LauncherSessionListener {

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Native.prepare();
  }
}
