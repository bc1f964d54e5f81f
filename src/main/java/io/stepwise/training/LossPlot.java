package io.stepwise.training;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the losses of a training as a PNG: the mean of every so many updates. */
public final class LossPlot {

  private static final int POINTS = 200;
  private static final int WIDTH = 900;
  private static final int HEIGHT = 450;

  private LossPlot() {}

  /**
   * Draws losses, of which there must be at least one.
   *
   * @param losses loss of each update in order, more than 0
   * @param validationLosses losses on the images kept out of training, by update; may be empty
   */
  public static void write(
      double[] losses, SortedMap<Integer, Double> validationLosses, String title, Path file)
      throws IOException {
    int window = Math.max(1, losses.length / POINTS);
    int count = losses.length / window;
    double[] steps = new double[count];
    double[] means = new double[count];
    for (int i = 0; i < count; i++) {
      steps[i] = (i + 1.0) * window;
      means[i] = Arrays.stream(losses, i * window, (i + 1) * window).average().orElse(Double.NaN);
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("update")
            .yAxisTitle("loss, mean of " + window + " updates")
            .theme(Styler.ChartTheme.XChart)
            .build();
    XYStyler style = chart.getStyler();
    style.setLegendVisible(!validationLosses.isEmpty());
    style.setChartBackgroundColor(Color.WHITE);
    style.setXAxisMin(0.0);
    style.setYAxisMin(0.0);
    style.setXAxisDecimalPattern("0");
    style.setYAxisDecimalPattern("0.00");
    chart.addSeries("training loss", steps, means).setMarker(SeriesMarkers.NONE);
    if (!validationLosses.isEmpty()) {
      chart
          .addSeries(
              "validation loss of the averaged weights",
              List.copyOf(validationLosses.keySet()),
              List.copyOf(validationLosses.values()))
          .setMarker(SeriesMarkers.CIRCLE);
    }
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}
