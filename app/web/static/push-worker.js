// Shows what was pushed, and opens the order when it is touched. It keeps nothing and fetches nothing.

self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const { title = "", path = "/", lang, dir, tag } = told;
  event.waitUntil(self.registration.showNotification(title, { data: path, lang, dir, tag, renotify: Boolean(tag) }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(new URL(event.notification.data, self.location.origin).href));
});
