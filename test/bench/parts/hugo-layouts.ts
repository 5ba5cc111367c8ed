/*
 * A theme for Hugo with about what our own pages say: metadata, OpenGraph and JSON-LD, menu, text, contacts, topics, related releases, the
 * standing text; lists of twenty with a pager; RSS with whole texts for the newsroom and each topic. What is the same on every page is a
 * cached partial, as Hugo's manual advises.
 */

const HEADER = `<a class="skip" href="#innehall">Till innehållet</a>
<header class="site-header">
<p class="site-name"><a href="/"><span>{{ site.Title }} <span class="site-part">Nyhetsrum</span></span></a></p>
<nav aria-label="Huvudmeny">
<ul>
<li><a href="/">Nyheter</a></li>
<li><a href="/topics/">Ämnen</a></li>
<li><a href="/months/">Arkiv</a></li>
<li><a href="/subscribe">Prenumerera</a></li>
<li><a href="/tongues/en/" hreflang="en" lang="en">English</a></li>
</ul>
</nav>
</header>
`;

const FOOTER = `<footer class="site-footer">
<div>
<p><strong>{{ site.Title }}</strong><br>{{ site.Params.address }}<br><a href="mailto:{{ site.Params.pressEmail }}">{{ site.Params.pressEmail }}</a></p>
<p>Ansvarig utgivare: {{ site.Params.publisher }}</p>
</div>
<nav aria-label="Om webbplatsen">
<ul>
<li><a href="/subscribe">Prenumerera</a></li>
<li><a href="/about/">Om oss</a></li>
<li><a href="/accessibility/">Tillgänglighet</a></li>
<li><a href="/privacy/">Personuppgifter</a></li>
</ul>
<p class="feeds"><a href="/index.xml">RSS</a></p>
</nav>
</footer>
`;

const BASE = `<!DOCTYPE html>
<html lang="{{ .Params.language | default "sv" }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ .Title }} – {{ site.Title }}</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" type="image/svg+xml" href="/icon.svg">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{{ .Params.lead | default .Title }}">
<link rel="canonical" href="{{ .Permalink }}">
<link rel="alternate" type="application/rss+xml" title="{{ site.Title }} (RSS)" href="/index.xml">
{{ range .Params.topics }}{{ with site.GetPage (printf "/topics/%s" .) }}<link rel="alternate" type="application/rss+xml" title="{{ site.Title }}: {{ .Title }} (RSS)" href="{{ .RelPermalink }}index.xml">
{{ end }}{{ end }}<meta property="og:type" content="{{ if .IsPage }}article{{ else }}website{{ end }}">
<meta property="og:title" content="{{ .Title }}">
<meta property="og:description" content="{{ .Params.lead | default .Title }}">
<meta property="og:url" content="{{ .Permalink }}">
<meta property="og:site_name" content="{{ site.Title }}">
<meta property="og:locale" content="sv_SE">
{{ block "head" . }}{{ end }}</head>
<body>
{{ partialCached "header.html" . }}<main id="innehall">
{{ block "main" . }}{{ end }}
</main>
{{ partialCached "footer.html" . }}</body>
</html>
`;

const SINGLE = `{{ define "head" }}<meta property="article:published_time" content="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">
{{ range .Params.topics }}<meta property="article:tag" content="{{ . }}">
{{ end }}{{ $org := dict "@type" "Organization" "name" site.Title "url" site.BaseURL "address" site.Params.address "contactPoint" (slice (dict "@type" "ContactPoint" "contactType" "press" "email" site.Params.pressEmail)) }}
<script type="application/ld+json">{{ dict "@context" "https://schema.org" "@type" "NewsArticle" "url" .Permalink "headline" .Title "description" .Params.lead "inLanguage" .Params.language "datePublished" (.Date.Format "2006-01-02T15:04:05Z07:00") "keywords" .Params.topics "author" $org "publisher" $org "isAccessibleForFree" true "identifier" (dict "@type" "PropertyValue" "propertyID" "registration" "value" .Params.registration) | jsonify | safeJS }}</script>
{{ end }}{{ define "main" }}<article class="release" lang="{{ .Params.language }}">
<header class="beginning">
<p class="dateline">{{ .Params.kind }} · <time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006 15.04" }}</time></p>
<h1>{{ .Title }}</h1>
<p class="lead">{{ .Params.lead }}</p>
<div class="tools"><a href="#presskontakt">Presskontakt</a> <a href="{{ .RelPermalink }}release.txt">Som text</a></div>
</header>
<div class="text">
<div class="body">
{{ .Content }}</div>
</div>
<div class="side">
<section>
<h2>Mer information</h2>
{{ range .Params.contacts }}<p><strong>{{ .name }}</strong>, {{ .title }}<br>{{ range .phones }}<a href="tel:{{ . }}">{{ . }}</a><br>{{ end }}<a href="mailto:{{ .email }}">{{ .email }}</a></p>
{{ end }}</section>
<section id="presskontakt">
<h2>Presskontakt</h2>
<p><a href="mailto:{{ site.Params.pressEmail }}">{{ site.Params.pressEmail }}</a></p>
</section>
{{ with .Params.topics }}<nav aria-labelledby="amnen">
<h2 id="amnen">Ämnen</h2>
<ul>
{{ range . }}{{ with site.GetPage (printf "/topics/%s" .) }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>
{{ end }}{{ end }}</ul>
</nav>
{{ end }}</div>
<div class="end">
{{ with .Params.translationOf }}{{ with site.GetPage (printf "/releases/%s" .) }}<p><a href="{{ .RelPermalink }}" hreflang="{{ .Params.language }}">{{ .Title }}</a></p>
{{ end }}{{ end }}{{ with .Params.related }}<section>
<h2>Läs också</h2>
<ul>
{{ range . }}{{ with site.GetPage (printf "/releases/%s" .) }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a> <time datetime="{{ .Date.Format "2006-01-02" }}">{{ .Date.Format "2 January 2006" }}</time></li>
{{ end }}{{ end }}</ul>
</section>
{{ end }}<section class="boilerplate">
<h2>Om {{ site.Title }}</h2>
{{ index site.Params.boilerplate .Params.language | markdownify }}
<p>{{ site.Params.address }}</p>
</section>
<p class="share"><a href="mailto:?subject={{ .Title | urlquery }}&amp;body={{ .Permalink | urlquery }}">Dela med e-post</a></p>
<p class="proof">Diarienummer {{ .Params.registration }}</p>
</div>
</article>
{{ end }}`;

const ENTRIES = `<ol class="entries">
{{ range . }}<li><article lang="{{ .Params.language }}">
<p class="dateline">{{ .Params.kind }} · <time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006 15.04" }}</time></p>
<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>
<p>{{ .Params.lead }}</p>
</article></li>
{{ end }}</ol>
`;

const HOME = `{{ define "main" }}<div class="listing">
<h1>Senaste nytt</h1>
<div class="main">
{{ partial "entries.html" (first 15 (where site.RegularPages.ByDate.Reverse "Section" "releases")) }}</div>
<div class="side">
<nav aria-labelledby="amnen"><h2 id="amnen">Ämnen</h2>
<ul>
{{ range site.Params.topics }}<li><a href="/topics/{{ . }}/">{{ . }}</a></li>
{{ end }}</ul></nav>
</div>
</div>
{{ end }}`;

const TERM = `{{ define "main" }}<div class="listing">
<h1>{{ .Title }}</h1>
<div class="main">
{{ $pages := .Paginate .Pages.ByDate.Reverse }}{{ partial "entries.html" $pages.Pages }}<nav class="pager" aria-label="Sidor">{{ with $pages.Prev }}<a href="{{ .URL }}" rel="prev">← Nyare</a>{{ end }}{{ with $pages.Next }}<a href="{{ .URL }}" rel="next">Äldre →</a>{{ end }}</nav>
</div>
</div>
{{ end }}`;

/** The front page in a language: no numbered pages. */
const TONGUE = `{{ define "main" }}<div class="listing">
<h1>{{ .Title }}</h1>
<div class="main">
{{ partial "entries.html" (first 15 .Pages.ByDate.Reverse) }}</div>
</div>
{{ end }}`;

const TAXONOMY = `{{ define "main" }}<h1>{{ .Title }}</h1>
<ul class="index">
{{ range .Data.Terms.ByCount }}<li><a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> {{ .Count }}</li>
{{ end }}</ul>
{{ end }}`;

const RSS = `{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\"?>" | safeHTML }}
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>{{ site.Title }}: {{ .Title }}</title>
<link>{{ .Permalink }}</link>
<description>Nyheter från {{ site.Title }}</description>
<language>sv</language>
{{ with .OutputFormats.Get "RSS" }}<atom:link href="{{ .Permalink }}" rel="self" type="application/rss+xml"/>
{{ end }}{{ $pages := .Pages }}{{ if .IsHome }}{{ $pages = where site.RegularPages "Section" "releases" }}{{ end }}{{ range first 50 $pages.ByDate.Reverse }}<item>
<title>{{ .Title }}</title>
<link>{{ .Permalink }}</link>
<guid isPermaLink="false">{{ .Permalink }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate>
<dc:language>{{ .Params.language }}</dc:language>
{{ range .Params.topics }}<category>{{ . }}</category>
{{ end }}<description>{{ .Params.lead }}</description>
<content:encoded>{{ .Content | html }}</content:encoded>
</item>
{{ end }}</channel>
</rss>
`;

/** Path below layouts/ and text. */
export const LAYOUTS: Readonly<Record<string, string>> = {
  '_default/baseof.html': BASE,
  '_default/single.html': SINGLE,
  '_default/term.html': TERM,
  '_default/taxonomy.html': TAXONOMY,
  '_default/rss.xml': RSS,
  'tongues/term.html': TONGUE,
  'index.html': HOME,
  'partials/header.html': HEADER,
  'partials/footer.html': FOOTER,
  'partials/entries.html': ENTRIES,
};
