/*
 * page.js -- gives saved results back as files, prints folded parts, and keeps tables that do not scroll out of the way
 * of the Tab key. The page can be read without it.
 */
'use strict';

/* The text of the element is base64 of gzip of a file. */
async function unpack(element) {
	const packed = Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0));
	const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
	return new Blob([await new Response(stream).arrayBuffer()], { type: 'application/json' });
}

for (const link of document.querySelectorAll('a[data-packed]')) {
	link.addEventListener('click', async (event) => {
		if (link.href.startsWith('blob:'))
			return;
		event.preventDefault();
		try {
			link.href = URL.createObjectURL(await unpack(document.getElementById(link.dataset.packed)));
			link.click();
		} catch (error) {
			document.getElementById(link.dataset.status).textContent = `This browser can't unpack the result: ${error}`;
		}
	});
}

function mark_scrolling_tables() {
	for (const box of document.querySelectorAll('.scroll'))
		box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
}
addEventListener('resize', mark_scrolling_tables);
mark_scrolling_tables();

let unfolded = [];
addEventListener('beforeprint', () => {
	unfolded = [...document.querySelectorAll('details:not([open])')];
	unfolded.forEach((details) => (details.open = true));
});
addEventListener('afterprint', () => unfolded.forEach((details) => (details.open = false)));
