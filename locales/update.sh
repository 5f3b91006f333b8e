#!/bin/sh
# Read the source texts again and bring the catalogues up to date: new texts are empty, changed ones fuzzy.
set -e
extract() {
  domain=$1; shift
  PYTHONPATH=. pybabel -q extract -F locales/babel.cfg --no-wrap --sort-by-file --add-comments=NOTE -o "locales/$domain.pot" --project=return-assistant "$@"
  for language in fr ar; do
    catalogue="locales/$language/LC_MESSAGES/$domain.po"
    if [ -f "$catalogue" ]; then
      pybabel -q update --no-wrap --ignore-pot-creation-date -D "$domain" -i "locales/$domain.pot" -d locales -l "$language"
    else
      pybabel -q init --no-wrap -D "$domain" -i "locales/$domain.pot" -d locales -l "$language"
    fi
  done
  rm "locales/$domain.pot"
}
extract bot domain.yml bot
extract faq data
extract django desk
