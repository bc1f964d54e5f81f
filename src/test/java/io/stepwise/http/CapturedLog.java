package io.stepwise.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Everything that is logged at a level or above, by anybody, until it is closed. */
final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger;
  private final Level before;
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  private CapturedLog(String name, Level level) {
    this.logger = (Logger) LoggerFactory.getLogger(name);
    this.before = logger.getLevel();
    setContext(logger.getLoggerContext());
    start();
    logger.setLevel(level);
    logger.addAppender(this);
  }

  static CapturedLog of(Class<?> logger) {
    return new CapturedLog(logger.getName(), Level.DEBUG);
  }

  static CapturedLog ofEverything() {
    return new CapturedLog(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.TRACE);
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** Returns the fields of each line, the level and the message among them. */
  List<Map<String, String>> lines() {
    return events.stream().map(CapturedLog::fields).toList();
  }

  /** Returns all that was logged, stack traces too. */
  String text() {
    return events.stream()
        .map(
            event ->
                fields(event)
                    + (event.getThrowableProxy() == null
                        ? ""
                        : ThrowableProxyUtil.asString(event.getThrowableProxy())))
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, String> fields(ILoggingEvent event) {
    Map<String, String> fields =
        event.getKeyValuePairs() == null
            ? new TreeMap<>()
            : event.getKeyValuePairs().stream()
                .collect(
                    Collectors.toMap(
                        pair -> pair.key,
                        pair -> String.valueOf(pair.value),
                        (a, b) -> b,
                        TreeMap::new));
    fields.put("level", event.getLevel().toString());
    fields.put("message", event.getFormattedMessage());
    return fields;
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(before);
  }
}
