package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells when requests will be finished if nothing else comes.
 *
 * <p>The work is followed as a fluid from the end of one image to the end of the next. Meanwhile
 * each key has its batches in each cycle; their places are shared evenly between the clients, of
 * whom none has more than he has images; a client's places go to his requests in turns, those due
 * earliest first. An image moves on by one step in a cycle, or by a part of one where it has only a
 * part of a place. What it does not follow is the order of single steps, so that it is exact to
 * about one step.
 *
 * <p>It costs O(requests) for each of at most {@value #MOST_EVENTS} ends of images; with more
 * images than that several ends are taken together.
 */
final class Forecast {

  private static final int MOST_EVENTS = 500;
  private static final double NOTHING = 1e-6;

  private final Capacity capacity;
  private final Map<String, Double> finishNanos = new HashMap<>();
  private final Collection<List<ClientWork>> keys;
  private final double decodeNanosOfRow;
  private final double leastCycles;
  private double now;

  private Forecast(Collection<Job> jobs, Capacity capacity) {
    this.capacity = capacity;
    this.keys = byKey(jobs);
    double images = 0;
    double rowSteps = 0;
    for (Job job : jobs) {
      images += job.remainingSteps().size();
      for (int steps : job.remainingSteps()) {
        rowSteps += (double) job.rows() * steps;
      }
    }
    this.decodeNanosOfRow = capacity.decodeNanos() * images / Math.max(1, rowSteps);
    double places = (double) capacity.batchRows() * capacity.replicas();
    this.leastCycles = images <= MOST_EVENTS ? 0 : rowSteps / places / MOST_EVENTS;
  }

  /** Returns how long it takes from now until each request is finished, by its id. */
  static Map<String, Double> finishNanos(Collection<Job> jobs, Capacity capacity) {
    Forecast forecast = new Forecast(jobs, capacity);
    while (!forecast.keys.isEmpty()) {
      forecast.moveOn();
    }
    return forecast.finishNanos;
  }

  private void moveOn() {
    double cycleNanos = 0;
    for (List<ClientWork> clients : keys) {
      double demand = clients.stream().mapToDouble(ClientWork::demand).sum();
      int least = clients.stream().mapToInt(ClientWork::rowsOfImage).max().orElse(1);
      int share = Math.max((int) Math.ceil(demand / capacity.replicas()), least);
      int rows = Math.min(share, Math.max(capacity.batchRows(), least));
      int places = rows * capacity.replicas();
      int batches = (int) Math.max(1, Math.min(capacity.batchesInFlight(), demand / places));
      cycleNanos += batches * (capacity.cost().nanos(rows) + rows * decodeNanosOfRow);
      givePlaces(clients, (double) batches * places);
    }
    double cycles = Double.POSITIVE_INFINITY;
    for (List<ClientWork> clients : keys) {
      for (ClientWork client : clients) {
        cycles = Math.min(cycles, client.cyclesToNextEnd());
      }
    }
    cycles = Math.max(cycles, leastCycles);
    for (List<ClientWork> clients : keys) {
      for (ClientWork client : clients) {
        for (JobWork work : client.jobs) {
          double needed = work.moveOn(cycles);
          if (needed >= 0) {
            double end = now + needed * cycleNanos + capacity.decodeNanos();
            finishNanos.merge(work.job.request(), end, Math::max);
          }
        }
      }
    }
    now += cycles * cycleNanos;
    keys.forEach(clients -> clients.removeIf(ClientWork::isDone));
    keys.removeIf(List::isEmpty);
  }

  /** Shares places evenly; what the one has no use for is for the others. */
  private void givePlaces(List<ClientWork> clients, double places) {
    clients.sort(Comparator.comparingDouble(ClientWork::demand));
    double left = places;
    int others = clients.size();
    for (ClientWork client : clients) {
      double given = Math.min(client.demand(), left / others);
      client.use(given);
      left -= given;
      others--;
    }
  }

  private static Collection<List<ClientWork>> byKey(Collection<Job> jobs) {
    Map<BatchKey, Map<String, ClientWork>> keys = new LinkedHashMap<>();
    jobs.stream()
        .filter(job -> !job.remainingSteps().isEmpty())
        .sorted(Comparator.comparingLong(Job::dueNanos).thenComparing(Job::request))
        .forEach(
            job ->
                keys.computeIfAbsent(job.key(), key -> new LinkedHashMap<>())
                    .computeIfAbsent(job.client(), client -> new ClientWork())
                    .jobs
                    .add(new JobWork(job)));
    List<List<ClientWork>> works = new ArrayList<>();
    keys.values().forEach(clients -> works.add(new ArrayList<>(clients.values())));
    return works;
  }

  /** What is left of one client's work of one key. */
  private static final class ClientWork {

    private final List<JobWork> jobs = new ArrayList<>();

    double demand() {
      double demand = 0;
      for (JobWork job : jobs) {
        demand += job.demand();
      }
      return demand;
    }

    int rowsOfImage() {
      int rows = 1;
      for (JobWork job : jobs) {
        rows = Math.max(rows, job.job.rows());
      }
      return rows;
    }

    void use(double places) {
      jobs.forEach(work -> work.moving = 0);
      double left = places;
      boolean more = true;
      for (int round = 0; more && left > NOTHING; round++) {
        more = false;
        for (JobWork work : jobs) {
          if (work.unfinished() > round && left > NOTHING) {
            double given = Math.min(work.job.rows(), left);
            work.moving++;
            work.speedOfLast = given / work.job.rows();
            left -= given;
            more = true;
          }
        }
      }
    }

    double cyclesToNextEnd() {
      double cycles = Double.POSITIVE_INFINITY;
      for (JobWork work : jobs) {
        cycles = Math.min(cycles, work.cyclesToNextEnd());
      }
      return cycles;
    }

    /** Drops what is finished and returns whether nothing is left. */
    boolean isDone() {
      jobs.removeIf(JobWork::isDone);
      return jobs.isEmpty();
    }
  }

  /**
   * What is left of a job. Of its unfinished images, in their order, the first ones have places and
   * move on at full speed, the last of them perhaps at less: so they stay in the order of what is
   * left of each.
   */
  private static final class JobWork {

    private final Job job;
    private final double[] left;
    private int first;
    private int moving;
    private double speedOfLast;

    JobWork(Job job) {
      this.job = job;
      this.left = job.remainingSteps().stream().mapToDouble(steps -> steps).toArray();
    }

    int unfinished() {
      return left.length - first;
    }

    double demand() {
      return (double) job.rows() * unfinished();
    }

    double cyclesToNextEnd() {
      if (moving == 0) {
        return Double.POSITIVE_INFINITY;
      }
      int last = first + moving - 1;
      return Math.min(left[first] / speed(first), left[last] / speed(last));
    }

    /** Moves on and returns how many cycles the last image that ends took; -1 if none ends. */
    double moveOn(double cycles) {
      double ended = -1;
      for (int image = first; image < first + moving; image++) {
        double needed = left[image] / speed(image);
        left[image] -= cycles * speed(image);
        if (needed <= cycles + NOTHING) {
          ended = Math.max(ended, needed);
        }
      }
      return ended;
    }

    private double speed(int image) {
      return image == first + moving - 1 ? speedOfLast : 1;
    }

    boolean isDone() {
      while (first < left.length && left[first] <= NOTHING) {
        first++;
      }
      return first == left.length;
    }
  }
}
