/** An application of one component, as somebody writes it. */
export const SHOP = `application: shop
tiers:
  - tier: edge
    components:
      - component: shop-api
        hosts:
          deploy:
            - artifact: place
              into: /opt/api
`
