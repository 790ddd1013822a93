package dev.steepest.study.sweep;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What SQLite and PostgreSQL do differently. All other statements are understood by both. */
interface Dialect {

  /** Where the store is, for people: without passwords. */
  String place();

  /** A connection in auto-commit mode. */
  Connection connect() throws SQLException;

  /** Begins a transaction. */
  void begin(Session session) throws SQLException;

  /** Keeps every other process from making tables until the transaction ends. */
  void lockTables(Session session) throws SQLException;

  /** A query with one row where the database holds a store, else none. */
  String holdsStore();

  /** Milliseconds since 1970 by the store's clock, as an expression. */
  String now();

  /** Ends a query whose rows are to be this transaction's alone. */
  String forUpdate();

  /**
   * What a failure means to a person.
   *
   * @return empty where the same attempt may succeed later
   */
  Optional<StoreException> lasting(SQLException failure);

  /** What a person may do about a store that stays out of reach, as a sentence. */
  String remedy();
}
