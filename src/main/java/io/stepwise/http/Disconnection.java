package io.stepwise.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.AttributeKey;

/** Whether the client of a connection has gone, and what is then to be done. Thread safe. */
final class Disconnection {

  /** Where a request carries that of its connection. */
  static final AttributeKey<Disconnection> KEY =
      AttributeKey.create("disconnection", Disconnection.class);

  private final Map<Object, Runnable> actions = new HashMap<>();
  private boolean happened;

  /**
   * Has something done, once, if the client goes or has gone while an answer to it is being made.
   *
   * @return the answer, at a time when it is too late for that
   */
  <T> CompletionStage<T> ifBefore(CompletionStage<T> answer, Runnable action) {
    Object key = new Object();
    if (put(key, action)) {
      return answer.whenComplete((result, failure) -> remove(key));
    }
    action.run();
    return answer;
  }

  /** Does what is to be done; to be called when the client has gone. */
  void happen() {
    drain().forEach(Runnable::run);
  }

  private synchronized boolean put(Object key, Runnable action) {
    if (!happened) {
      actions.put(key, action);
    }
    return !happened;
  }

  private synchronized void remove(Object key) {
    actions.remove(key);
  }

  private synchronized List<Runnable> drain() {
    happened = true;
    List<Runnable> due = List.copyOf(actions.values());
    actions.clear();
    return due;
  }
}
