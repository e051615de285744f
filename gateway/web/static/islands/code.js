// The code that rotates: put anew before it expires, and at once when something was paid with it.
const left = document.getElementById("reste");
const news = document.getElementById("avis");
let ends = 0;
let loading = false;

async function part(path, id) {
  const answer = await fetch(path, { headers: { Accept: "text/html" }, redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  document.getElementById(id).replaceWith(document.importNode(drawn, true));
}

function begin() {
  ends = Date.now() + 1000 * Number(document.getElementById("code").dataset.seconds);
}

async function renew() {
  if (loading || document.hidden) return;
  loading = true;
  try {
    await part("/mon-espace/code", "code");
    begin();
  } catch {
    ends = Date.now() + 5000; // away, or signed out: tried again, and said below
    left.textContent = "Le code n’a pas pu être renouvelé : vérifie ta connexion, ou recharge la page.";
  } finally {
    loading = false;
  }
}

function tick() {
  const seconds = Math.ceil((ends - Date.now()) / 1000);
  if (seconds <= 0) renew();
  else if (!document.hidden) left.textContent = `Nouveau code dans ${seconds} s. Il ne sert qu’une fois.`;
}

const said = {
  debit_recorded: "Paiement enregistré.",
  debit_cancelled: "Paiement annulé : la somme est revenue.",
  wallet_credited: "Un porte-monnaie a été crédité.",
  wallet_moved: "Le solde d’un porte-monnaie a changé.",
  access_used: "Passage enregistré.",
  access_use_cancelled: "Passage annulé.",
};

async function tell(sentence) {
  await Promise.allSettled([renew(), part("/mon-espace/soldes", "soldes")]);
  news.textContent = sentence;
}

function listen() {
  const stream = new EventSource("/mon-espace/direct");
  for (const [fact, sentence] of Object.entries(said)) stream.addEventListener(fact, () => tell(sentence));
}

begin();
setInterval(tick, 1000);
document.addEventListener("visibilitychange", tick);
listen();
