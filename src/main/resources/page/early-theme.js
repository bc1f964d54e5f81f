// Before anything is drawn: the theme that was chosen on an earlier visit.
{
  const chosen = localStorage.getItem("stepwise.theme");
  if (chosen !== null) {
    document.documentElement.dataset.theme = chosen;
  }
}
