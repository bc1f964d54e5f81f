package io.stepwise.load;

import java.util.concurrent.Flow;
import java.util.function.BiConsumer;

/**
 * Reads lines as server-sent events and hands on the name and the data of each; comments and other
 * fields are left out. An event without a name has an empty one.
 */
final class ServerSentEvents implements Flow.Subscriber<String> {

  private final BiConsumer<String, String> onEvent;
  private final StringBuilder data = new StringBuilder();
  private String name = "";
  private boolean hasData;

  ServerSentEvents(BiConsumer<String, String> onEvent) {
    this.onEvent = onEvent;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    if (line.isEmpty()) {
      dispatch();
      return;
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    value = value.startsWith(" ") ? value.substring(1) : value;
    if (field.equals("event")) {
      name = value;
    } else if (field.equals("data")) {
      data.append(hasData ? "\n" : "").append(value);
      hasData = true;
    }
  }

  @Override
  public void onError(Throwable failure) {
    // whoever asked for the answer hears of it too
  }

  @Override
  public void onComplete() {
    // an event that is not followed by an empty line is not complete
  }

  private void dispatch() {
    if (hasData) {
      onEvent.accept(name, data.toString());
    }
    name = "";
    data.setLength(0);
    hasData = false;
  }
}
