/** Percentiles: of latencies that the page saw, and of those that the server counted. */

export const PERCENTILES = [0.5, 0.9, 0.99];

/** Returns a percentile of numbers (the nearest rank), or null if there are none. */
export function percentile(values, p) {
  if (values.length === 0) {
    return null;
  }
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

/**
 * Returns a percentile of a Prometheus histogram over all of its label sets, interpolated within its
 * bucket, or null if it is empty or not there.
 *
 * @param text the metrics page
 * @param name of the histogram
 */
export function histogramPercentile(text, name, p) {
  const buckets = histogram(text, name);
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) {
    return null;
  }
  const rank = p * total;
  const i = buckets.findIndex(({ count }) => count >= rank);
  const { le, count } = buckets[i];
  const lower = i === 0 ? { le: 0, count: 0 } : buckets[i - 1];
  if (le === Infinity) {
    return lower.le;
  }
  return lower.le + ((le - lower.le) * (rank - lower.count)) / Math.max(1, count - lower.count);
}

function histogram(text, name) {
  const counts = new Map();
  for (const line of text.split("\n")) {
    if (line.startsWith(`${name}_bucket{`)) {
      const limit = /le="([^"]+)"/.exec(line)[1];
      const le = limit === "+Inf" ? Infinity : Number(limit);
      const count = Number(line.slice(line.lastIndexOf("} ") + 2).split(" ")[0]);
      counts.set(le, (counts.get(le) ?? 0) + count);
    }
  }
  return [...counts].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}
