package io.stepwise.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over two axes, drawn as SVG. Axes are linear and begin at 0 unless told otherwise. */
public final class LinePlot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final float LINE = 2f;
  private static final double TALL = 30;
  private static final double BROAD = 100;
  private static final String WHOLE = "0.##";

  /** Colours that people who see few of them can tell apart (Okabe and Ito). */
  private static final Color[] COLORS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    new Color(0x000000)
  };

  private final XYChart chart;

  /** Makes an empty plot; titles of axes name the unit. */
  public LinePlot(String title, String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .theme(Styler.ChartTheme.XChart)
            .build();
    XYStyler style = chart.getStyler();
    style.setSeriesColors(COLORS);
    style.setChartBackgroundColor(Color.WHITE);
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setChartTitleBoxVisible(false);
    style.setLocale(Locale.ROOT);
    style.setYAxisMin(0.0);
    style.setPlotContentSize(1.0);
  }

  /** Makes the horizontal axis logarithmic; every x must be more than 0. */
  public LinePlot logarithmicX() {
    XYStyler style = chart.getStyler();
    style.setXAxisLogarithmic(true);
    style.setXAxisDecimalPattern(WHOLE);
    return this;
  }

  /** Makes the vertical axis logarithmic; every y must be more than 0. */
  public LinePlot logarithmicY() {
    XYStyler style = chart.getStyler();
    style.setYAxisLogarithmic(true);
    style.setYAxisDecimalPattern(WHOLE);
    return closeUp();
  }

  /** Begins the vertical axis near the lowest point instead of at 0. */
  public LinePlot closeUp() {
    chart.getStyler().setYAxisMin((Double) null);
    return this;
  }

  /** Ends the vertical axis at a value. */
  public LinePlot endingAt(double y) {
    chart.getStyler().setYAxisMax(y);
    return this;
  }

  /** Adds a line through points in their order; none if there are no points. */
  public <T> LinePlot line(
      String name, List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
    if (!points.isEmpty()) {
      chart
          .addSeries(
              name,
              points.stream().mapToDouble(x).toArray(),
              points.stream().mapToDouble(y).toArray())
          .setMarker(SeriesMarkers.NONE)
          .setLineStyle(new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
    return this;
  }

  /** Marks the points of all lines so far. */
  public LinePlot markPoints() {
    chart.getSeriesMap().values().forEach(series -> series.setMarker(SeriesMarkers.CIRCLE));
    return this;
  }

  /** Returns the plot as an SVG document; empty if it has no lines. */
  public String svg() {
    if (chart.getSeriesMap().isEmpty()) {
      return "";
    }
    XYStyler style = chart.getStyler();
    style.setXAxisLogarithmicDecadeOnly(spansMore(BROAD, XYSeries::getXData));
    style.setYAxisLogarithmicDecadeOnly(spansMore(TALL, XYSeries::getYData));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Returns whether lines span more than a ratio: too much to label every tick of a decade. */
  private boolean spansMore(double ratio, Function<XYSeries, double[]> coordinates) {
    DoubleSummaryStatistics values =
        chart.getSeriesMap().values().stream()
            .flatMapToDouble(series -> Arrays.stream(coordinates.apply(series)))
            .summaryStatistics();
    return values.getMax() > ratio * values.getMin();
  }
}
