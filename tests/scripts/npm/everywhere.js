/**
 * What a script does with the library: it writes, reads, and meets an archive
 * that fails. Runs on every runtime, so it needs nothing but the language.
 *
 * @module
 */

/**
 * Says what came of it: what it was told, and the errors.
 *
 * @param library All that the package exports.
 * @param origin An archive without tests that may be written to.
 * @param apiKey The key that may write.
 * @param faults Where archives are that fail, by how they do.
 */
export async function everywhere(library, origin, apiKey, faults) {
  /** @type {string[]} */
  const told = [];
  const test = new library.MetadataPost(origin, {
    apiKey,
    subjectType: "point-to-point",
    source: "192.0.2.10",
    destination: "192.0.2.20",
    toolName: "powstream",
    measurementAgent: "192.0.2.10",
    inputSource: "a.example",
    inputDestination: "b.example",
  });
  test.addEventType("throughput");
  test.addEventType("histogram-owdelay");
  test.addSummaryType("packet-loss-rate", "aggregation", [300]);
  const { metadataKey } = await test.postMetadata();

  const post = new library.EventTypeBulkPost(origin, { apiKey, metadataKey });
  for (let i = 0; i < 500; i++) {
    post.addDataPoint("throughput", 1456790400 + i, 7016320000 + i);
  }
  const loss = { numerator: 3, denominator: 600 };
  post.addDataPoint("packet-loss-rate", 1456790400, loss);
  post.addDataPoint("histogram-owdelay", 1456790400, { "10.5": 2, "9": 1 });
  await post.postData();

  const filters = new library.ApiFilters({ source: "192.0.2.10" });
  const conn = new library.ApiConnect(origin, filters, { pageSize: 200 });
  for await (const md of conn.getMetadata()) {
    told.push(`${md.source} ${md.destination} ${md.toolName}`);
    for (const et of md.getAllEventTypes()) {
      const { data } = await et.getData();
      told.push(`${et.eventType} ${data.length} ${data[0]} ${data[0].text}`);
      told.push(JSON.stringify(library.rowsOf(et, data[0])));
      for await (const text of library.csv(et, et.streamPages())) {
        told.push(text);
      }
      for (const summary of et.getAllSummaries()) {
        for await (const dp of summary.streamData()) told.push(`${dp}`);
      }
    }
  }

  const stranger = new library.EventTypePost(origin, {
    apiKey: "wrong",
    metadataKey,
    eventType: "throughput",
  });
  stranger.addDataPoint(1456790399, 1);
  told.push(await errorOf(() => stranger.postData()));

  /** @type {Record<string, string>} */
  const failed = {};
  for (const [name, address] of Object.entries(faults)) {
    const once = { retries: 0 };
    const failing = new library.ApiConnect(address, undefined, once);
    const read = async () => {
      for await (const md of failing.getMetadata()) told.push(`${md}`);
    };
    failed[name] = await errorOf(read);
  }
  return { told, failed };
}

async function errorOf(work) {
  try {
    await work();
    return "nothing";
  } catch (error) {
    const said = error.message.replaceAll(/ \(http[^)]*\)/g, "");
    return `${error.name}: ${said}`;
  }
}
