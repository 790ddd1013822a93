package dev.steepest.study.experiment;

import com.ezylang.evalex.BaseException;
import com.ezylang.evalex.Expression;
import com.ezylang.evalex.config.ExpressionConfiguration;
import com.ezylang.evalex.config.MapBasedFunctionDictionary;
import com.ezylang.evalex.config.MapBasedOperatorDictionary;
import com.ezylang.evalex.data.DataAccessorIfc;
import com.ezylang.evalex.data.EvaluationValue;
import com.ezylang.evalex.functions.FunctionIfc;
import com.ezylang.evalex.functions.basic.AbsFunction;
import com.ezylang.evalex.functions.basic.CeilingFunction;
import com.ezylang.evalex.functions.basic.FloorFunction;
import com.ezylang.evalex.functions.basic.MaxFunction;
import com.ezylang.evalex.functions.basic.MinFunction;
import com.ezylang.evalex.functions.basic.SqrtFunction;
import com.ezylang.evalex.operators.OperatorIfc;
import com.ezylang.evalex.operators.arithmetic.InfixDivisionOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixMultiplicationOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPlusOperator;
import com.ezylang.evalex.operators.arithmetic.InfixPowerOfOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixMinusOperator;
import com.ezylang.evalex.operators.arithmetic.PrefixPlusOperator;
import com.ezylang.evalex.parser.Token;
import dev.steepest.study.file.Problems;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A formula over named numbers: {@code + - * / ^}, parentheses and a few functions.
 *
 * <p>It is evaluated in decimal arithmetic of 68 digits (EvalEx's usual precision), so that the
 * double nearest to the result is the one nearest to the real value; only a power with a broken
 * exponent has no more than the precision of {@link Math#pow}.
 */
final class Arithmetic {
  /** What a formula may be made of, for messages. */
  static final String ALLOWED =
      "allowed: numbers, flags, + - * / ^ ( ) and abs, ceiling, floor, max, min, sqrt";

  private static final Map<String, FunctionIfc> FUNCTIONS =
      Map.of(
          "abs", new AbsFunction(),
          "ceiling", new CeilingFunction(),
          "floor", new FloorFunction(),
          "max", new MaxFunction(),
          "min", new MinFunction(),
          "sqrt", new SqrtFunction());

  private static final ExpressionConfiguration CONFIGURATION = configuration();

  private final Expression expression;
  private final Set<String> names;

  private Arithmetic(Expression expression, Set<String> names) {
    this.expression = expression;
    this.names = names;
  }

  /**
   * Reads a formula.
   *
   * @throws IllegalArgumentException saying what cannot be read
   */
  static Arithmetic parse(String text) {
    Expression expression = new Expression(text, CONFIGURATION);
    try {
      Set<String> names = new LinkedHashSet<>();
      for (var node : expression.getAllASTNodes()) {
        Token token = node.getToken();
        switch (token.getType()) {
          case VARIABLE_OR_CONSTANT -> names.add(token.getValue());
          case STRING_LITERAL ->
              throw new IllegalArgumentException(
                  "'%s' cannot be read: it holds a text in quotes; %s".formatted(text, ALLOWED));
          default -> {} // numbers, operators and functions need no name
        }
      }
      return new Arithmetic(expression, names);
    } catch (BaseException e) {
      throw new IllegalArgumentException(unreadable(text, e), e);
    }
  }

  private static String unreadable(String text, BaseException e) {
    if (e.getMessage().startsWith("Undefined function")) {
      List<String> known = FUNCTIONS.keySet().stream().sorted().toList();
      return Problems.unknown("function", e.getTokenString(), known) + "; a power is a ^ b";
    }
    return "'%s' cannot be read: %s at character %d; %s"
        .formatted(
            text,
            e.getMessage().toLowerCase(Locale.ROOT),
            Math.max(1, e.getStartPosition()),
            ALLOWED);
  }

  /** The names that must be given values, as they are written. */
  Set<String> names() {
    return names;
  }

  /**
   * The value.
   *
   * @param values a number for each of {@link #names()}
   * @throws ArithmeticException saying what has no result, e.g. a division by zero
   */
  BigDecimal value(Map<String, BigDecimal> values) {
    try {
      Expression copy = expression.copy();
      values.forEach(copy::with);
      EvaluationValue result = copy.evaluate();
      return result.getNumberValue();
    } catch (BaseException e) {
      String what = e.getMessage().toLowerCase(Locale.ROOT);
      throw new ArithmeticException(
          FUNCTIONS.containsKey(e.getTokenString()) ? e.getTokenString() + ": " + what : what);
    } catch (NumberFormatException e) {
      throw new ArithmeticException("it has no finite real value");
    } catch (ArithmeticException e) {
      // The library tests for the number 0, but not for 0.0, at which BigDecimal divides.
      boolean divided = String.valueOf(e.getMessage()).matches("Divi.*|.*by zero");
      throw new ArithmeticException(divided ? "division by zero" : "it is beyond all numbers");
    }
  }

  private static ExpressionConfiguration configuration() {
    var functions = new MapBasedFunctionDictionary();
    FUNCTIONS.forEach(functions::addFunction);
    var operators = new MapBasedOperatorDictionary();
    operators.addOperator("+", new PrefixPlusOperator());
    operators.addOperator("-", new PrefixMinusOperator());
    operators.addOperator("+", new InfixPlusOperator());
    operators.addOperator("-", new InfixMinusOperator());
    operators.addOperator("*", new InfixMultiplicationOperator());
    operators.addOperator("/", new InfixDivisionOperator());
    operators.addOperator("^", new InfixPowerOfOperator());
    return ExpressionConfiguration.builder()
        .functionDictionary(functions)
        .operatorDictionary(operators)
        .defaultConstants(Map.of()) // a flag may be called e
        .dataAccessorSupplier(CaseSensitive::new)
        .implicitMultiplicationAllowed(false)
        .arraysAllowed(false)
        .structuresAllowed(false)
        .binaryAllowed(false)
        .powerOfPrecedence(OperatorIfc.OPERATOR_PRECEDENCE_POWER_HIGHER) // -2^2 is -4
        .build();
  }

  /** The library's own accessor takes lr and LR for the same name. */
  private static final class CaseSensitive implements DataAccessorIfc {
    private final Map<String, EvaluationValue> values = new HashMap<>();

    @Override
    public EvaluationValue getData(String name) {
      return values.get(name);
    }

    @Override
    public void setData(String name, EvaluationValue value) {
      values.put(name, value);
    }
  }
}
