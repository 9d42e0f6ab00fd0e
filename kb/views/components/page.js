// What concerns the whole page. data: {language, shown}; shown is what the menu has opened, null where nobody is in.
// The language is for readers of screens. On a telephone the menu lies over the page: Streamlit folds it when a page is
// chosen, this when a button in the menu has brought up something else, or when somebody has signed in.
let last;
export default function ({ data }) {
  document.documentElement.lang = data.language;
  if (last !== undefined && last !== data.shown && innerWidth < 768) {
    document.querySelector(".stSidebar button[aria-controls][aria-expanded=true]")?.click();
  }
  last = data.shown;
}
