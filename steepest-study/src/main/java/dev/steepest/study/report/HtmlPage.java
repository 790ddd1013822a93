package dev.steepest.study.report;

import dev.steepest.study.compare.Alarm;
import dev.steepest.study.compare.Numbers;
import dev.steepest.study.compare.Quantity;
import dev.steepest.study.experiment.DecisionRule;
import dev.steepest.study.report.page.Page;
import dev.steepest.study.report.page.SideBySidePage;
import dev.steepest.study.report.picture.Reel;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The report as one HTML file that needs nothing else. */
final class HtmlPage {
  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(
          null, ContentType.Html, HtmlPage.class.getClassLoader(), Page.class.getPackageName());

  private static final String NO_BREAK = "\u00a0";

  private HtmlPage() {}

  /**
   * The page of a study.
   *
   * @param reel the pictures that go into it
   */
  static String of(String title, Gathering g, Reel reel, List<String> notices) {
    boolean pictures = !reel.strips().isEmpty();
    Sections sections = new Sections(g, reel);
    Page page =
        new Page(
            title,
            unbroken(g.verdict().headline()),
            g.verdict().sentences().stream().skip(1).map(HtmlPage::unbroken).toList(),
            rule(g),
            g.verdict().alarms().stream().map(alarm -> notice(g, alarm)).toList(),
            notices,
            sections.all(),
            sections.transfer(),
            CurveJson.axes(g).stream().map(a -> new Page.Choice(a.name(), a.button())).toList(),
            Origins.of(g),
            assets(
                resource("pictures.css"),
                resource("report.js") + (pictures ? resource("pictures.js") : "")),
            CurveJson.of(g),
            pictures ? StripJson.of(new PictureSections(g, reel)) : "");
    StringOutput html = new StringOutput();
    TEMPLATES.render("report.jte", page, html);
    return html.toString();
  }

  /** The page of a sweep. */
  static String of(TriedSweep sweep, List<String> notices) {
    StringOutput html = new StringOutput();
    Page.Assets assets = assets(resource("sweep.css"), resource("sweep.js"));
    TEMPLATES.render("sweep.jte", new SweepSections(sweep).page(notices, assets), html);
    return html.toString();
  }

  /** What every page needs, and what this one adds to it. */
  private static Page.Assets assets(String style, String script) {
    return new Page.Assets(
        style() + style,
        resource("page.js") + script,
        resource("uplot-1.6.32.min.css"),
        "/* " + resource("uplot-1.6.32.LICENSE.txt") + " */\n" + resource("uplot-1.6.32.min.js"));
  }

  /** A page about two studies. */
  static String of(SideBySidePage page) {
    StringOutput html = new StringOutput();
    TEMPLATES.render("sidebyside.jte", page, html);
    return html.toString();
  }

  /** How every page looks. */
  static String style() {
    return resource("report.css");
  }

  private static String rule(Gathering g) {
    DecisionRule rule = g.verdict().rule();
    Quantity metric = Quantity.of(rule.metric(), rule.goal());
    int runs = g.records().size();
    return "Decided by "
        + (rule.goal() == DecisionRule.Goal.MAXIMIZE ? "higher " : "lower ")
        + metric.label()
        + " at the end of training, "
        + (rule.pairs().isEmpty()
            ? rule.baseline().map(arm -> "against " + arm).orElse("every arm against every other")
            : rule.spoken())
        + ", α = "
        + Numbers.shortest(rule.alpha())
        + ", from "
        + Numbers.count(runs, "run")
        + ".";
  }

  private static Page.Notice notice(Gathering g, Alarm alarm) {
    String where = g.verdict().problems().size() > 1 ? alarm.problem() : "";
    return new Page.Notice(
        alarm.kind().name().toLowerCase(Locale.ROOT), where, unbroken(alarm.sentence()));
  }

  /** Keeps what is read as one (n = 8 pairs, p &lt; .0001, 95 % CI) on one line. */
  static String unbroken(String sentence) {
    return sentence.replaceAll(
        "(?<=\\b[npα]) (?=[=<≤] )|(?<=[=<≤]) (?=[.\\d])|(?<=\\d) (?=%|pairs|points)|(?<=%) (?=CI)",
        NO_BREAK);
  }

  private static String resource(String name) {
    try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing beside the report's classes; rebuild");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the report's own " + name, e);
    }
  }
}
