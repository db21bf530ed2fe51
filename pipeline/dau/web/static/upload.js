// Follows a conversion by server-sent events; when it is over, the page is loaded anew and says what came of it.
"use strict";

(function () {
  const job = document.getElementById("job");
  if (!job || !job.dataset.events) return;
  const progress = document.getElementById("progress");
  const events = new EventSource(job.dataset.events);

  events.addEventListener("progress", (event) => {
    const now = JSON.parse(event.data);
    document.getElementById("state").textContent = job.dataset[now.state] || "";
    if (!now.pages) return;
    progress.max = now.pages;
    progress.value = now.pages_done;
    document.getElementById("pages").textContent = job.dataset.pages + " " + now.pages_done + " / " + now.pages;
  });
  events.addEventListener("end", () => { events.close(); window.location.reload(); });
})();
