package dev.steepest.study.sweep;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Connections that break at random, before a statement reached the store or after it did its work:
 * of a commit, nobody then knows whether it was kept.
 */
final class BrokenConnections implements Dialect {
  private static final String BROKEN = "08006";

  private final Dialect whole;
  private final RandomGenerator random;
  private final double share;
  private int unanswered;

  /**
   * @param share of statements at which the connection breaks
   */
  BrokenConnections(Dialect whole, RandomGenerator random, double share) {
    this.whole = whole;
    this.random = random;
    this.share = share;
  }

  /** How many commits were kept without an answer. */
  int unanswered() {
    return unanswered;
  }

  @Override
  public Connection connect() throws SQLException {
    return wrapped(Connection.class, whole.connect(), "");
  }

  private <T> T wrapped(Class<T> type, T inner, String sql) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> call(inner, sql, method, arguments)));
  }

  private Object call(Object inner, String sql, Method method, Object[] arguments)
      throws Throwable {
    if (!method.getName().startsWith("execute")) {
      Object answer = invoke(inner, method, arguments);
      return answer instanceof PreparedStatement statement
          ? wrapped(PreparedStatement.class, statement, (String) arguments[0])
          : answer;
    }
    double draw = random.nextDouble();
    if (draw < share / 2) {
      throw new SQLException("broken before", BROKEN);
    }
    Object answer = invoke(inner, method, arguments);
    if (draw < share) {
      unanswered += sql.equals("COMMIT") ? 1 : 0;
      throw new SQLException("broken after", BROKEN);
    }
    return answer;
  }

  private static Object invoke(Object inner, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(inner, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public Optional<StoreException> lasting(SQLException failure) {
    return BROKEN.equals(failure.getSQLState()) ? Optional.empty() : whole.lasting(failure);
  }

  @Override
  public void begin(Session session) throws SQLException {
    whole.begin(session);
  }

  @Override
  public void lockTables(Session session) throws SQLException {
    whole.lockTables(session);
  }

  @Override
  public String place() {
    return whole.place();
  }

  @Override
  public String holdsStore() {
    return whole.holdsStore();
  }

  @Override
  public String now() {
    return whole.now();
  }

  @Override
  public String forUpdate() {
    return whole.forUpdate();
  }

  @Override
  public String remedy() {
    return whole.remedy();
  }
}
