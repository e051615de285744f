// A page that waits for an answer: loaded again every few seconds, while somebody looks at it.
setInterval(() => {
  if (!document.hidden) location.replace(location.pathname);
}, 4000);
